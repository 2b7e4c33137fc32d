// gopacket's DNS layer as a worker: load FILE; records PASSES with the sum of DnsWorker.java; any other
// word for the names alone.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"golang.org/x/sys/unix"
)

func fail(why interface{}) {
	fmt.Println("failed", why)
	os.Exit(1)
}

func load(file string) (messages [][]byte) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		fail(err)
	}
	for len(bytes) > 2 {
		length := binary.BigEndian.Uint16(bytes)
		messages = append(messages, bytes[2:2+length])
		bytes = bytes[2+length:]
	}
	return messages
}

func threadCPU() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		fail(err)
	}
	return now.Nano()
}

// Bytes of a name on the wire, which is without its last dot here.
func length(name []byte) uint64 {
	return uint64(len(name)) + 2
}

func records(layer *layers.DNS) (sum uint64) {
	for _, q := range layer.Questions {
		sum += length(q.Name) + uint64(q.Type) + uint64(q.Class)
	}
	for _, section := range [][]layers.DNSResourceRecord{layer.Answers, layer.Authorities, layer.Additionals} {
		for i := range section {
			r := &section[i]
			sum += length(r.Name) + uint64(r.Type) + uint64(r.Class) + uint64(r.TTL)
			switch r.Type {
			case layers.DNSTypeA:
				sum += uint64(binary.BigEndian.Uint32(r.IP))
			case layers.DNSTypeCNAME:
				sum += length(r.CNAME)
			case layers.DNSTypeNS:
				sum += length(r.NS)
			case layers.DNSTypePTR:
				sum += length(r.PTR)
			case layers.DNSTypeMX:
				sum += uint64(r.MX.Preference) + length(r.MX.Name)
			case layers.DNSTypeSOA:
				sum += length(r.SOA.MName) + length(r.SOA.RName) + uint64(r.SOA.Serial) + uint64(r.SOA.Minimum)
			default:
				fail("no such record was made")
			}
		}
	}
	return sum
}

func main() {
	runtime.LockOSThread()
	var messages [][]byte
	var layer layers.DNS
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		if words[0] == "load" {
			messages = load(words[1])
			fmt.Println("result ok=1")
			continue
		}
		passes, err := strconv.Atoi(words[1])
		if err != nil {
			fail(err)
		}
		start, sum := threadCPU(), uint64(0)
		for i := 0; i < passes; i++ {
			for _, message := range messages {
				if err := layer.DecodeFromBytes(message, gopacket.NilDecodeFeedback); err != nil {
					fail(err)
				}
				if words[0] == "records" {
					sum += records(&layer)
				} else {
					sum += uint64(len(layer.Questions) + len(layer.Answers))
				}
			}
		}
		fmt.Printf("result packets=%d ns=%d sum=%d\n", passes*len(messages), threadCPU()-start, sum)
	}
}
