// gopacket reading a file in Go, into one buffer again and again: run FILE.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/google/gopacket/pcapgo"
	"golang.org/x/sys/unix"
)

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

func read(name string) (packets int, sum uint64) {
	file, err := os.Open(name)
	if err != nil {
		fail(err)
	}
	defer file.Close()
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 256<<10))
	if err != nil {
		fail(err)
	}
	for {
		bytes, info, err := reader.ZeroCopyReadPacketData()
		if err == io.EOF {
			return packets, sum
		}
		if err != nil {
			fail(err)
		}
		packets++
		sum ^= binary.BigEndian.Uint64(bytes)
		sum += uint64(info.Timestamp.UnixNano()) + uint64(info.CaptureLength) + uint64(info.Length)
	}
}

func main() {
	runtime.LockOSThread()
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		start := threadCPU()
		packets, sum := read(words[1])
		fmt.Printf("result packets=%d ns=%d sum=%x\n", packets, threadCPU()-start, sum)
	}
}
