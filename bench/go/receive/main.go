// gopacket's afpacket as a worker, with the commands of bench/c/receiver_main.c.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/gopacket/afpacket"
	"golang.org/x/sys/unix"
)

func parse(frame []byte, sum uint64) uint64 {
	sum += uint64(len(frame))
	if len(frame) < 34 || binary.BigEndian.Uint16(frame[12:]) != 0x0800 {
		return sum
	}
	sum ^= uint64(binary.BigEndian.Uint32(frame[26:]) ^ binary.BigEndian.Uint32(frame[30:]))
	protocol, ports := frame[23], 14+int(frame[14]&15)*4
	if (protocol == 6 || protocol == 17) && ports+4 <= len(frame) {
		sum += uint64(binary.BigEndian.Uint16(frame[ports:]) ^ binary.BigEndian.Uint16(frame[ports+2:]))
	}
	return sum + uint64(protocol)
}

func read(ring *afpacket.TPacket, wanted uint64, deadline time.Time) (packets, sum uint64) {
	for packets < wanted {
		frame, _, err := ring.ZeroCopyReadPacketData()
		if err == afpacket.ErrTimeout {
			if time.Now().After(deadline) {
				break
			}
			continue
		}
		if err != nil {
			fail(err)
		}
		sum = parse(frame, sum)
		packets++
	}
	return packets, sum
}

func fail(why interface{}) {
	fmt.Println("failed", why)
	os.Exit(1)
}

func threadCPU() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		fail(err)
	}
	return now.Nano()
}

func number(word string) uint64 {
	n, err := strconv.ParseUint(word, 10, 64)
	if err != nil {
		fail(err)
	}
	return n
}

func main() {
	runtime.LockOSThread()
	var ring *afpacket.TPacket
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		switch words[0] {
		case "open":
			var err error
			ring, err = afpacket.NewTPacket(afpacket.OptInterface(words[1]), afpacket.OptFrameSize(2048),
				afpacket.OptBlockSize(int(number(words[3]))), afpacket.OptNumBlocks(int(number(words[2]))),
				afpacket.OptBlockTimeout(time.Duration(number(words[4]))*time.Millisecond), afpacket.OptPollTimeout(50*time.Millisecond),
				afpacket.TPacketVersion3)
			if err != nil {
				fail(err)
			}
			fmt.Println("result ok=1")
		case "drain":
			wanted, start := number(words[1]), threadCPU()
			deadline := time.Now().Add(time.Duration(number(words[2])) * time.Millisecond)
			packets, sum := read(ring, wanted, deadline)
			fmt.Printf("result packets=%d ns=%d sum=%x\n", packets, threadCPU()-start, sum)
		case "live":
			deadline := time.Now().Add(time.Duration(number(words[1])) * time.Millisecond)
			packets, sum := read(ring, 1<<63, deadline)
			_, counts, err := ring.SocketStats()
			if err != nil {
				fail(err)
			}
			fmt.Printf("result packets=%d drops=%d sum=%x\n", packets, counts.Drops(), sum)
		case "close":
			ring.Close()
			fmt.Println("result ok=1")
		default:
			fail("unknown command " + words[0])
		}
	}
}
