// gopacket's DecodingLayerParser as a worker: load FILE; memory PASSES; file FILE. Commands and sum as in
// DecodeWorker.java.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
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

type decoder struct {
	parser   *gopacket.DecodingLayerParser
	ethernet layers.Ethernet
	tag      layers.Dot1Q
	ip4      layers.IPv4
	ip6      layers.IPv6
	tcp      layers.TCP
	udp      layers.UDP
	found    []gopacket.LayerType
}

func newDecoder() *decoder {
	d := &decoder{}
	d.parser = gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet,
		&d.ethernet, &d.tag, &d.ip4, &d.ip6, &d.tcp, &d.udp)
	d.parser.IgnoreUnsupported = true
	return d
}

func address(ip []byte) uint64 {
	if len(ip) == 4 {
		return uint64(binary.BigEndian.Uint32(ip))
	}
	return binary.BigEndian.Uint64(ip) + binary.BigEndian.Uint64(ip[8:])
}

func (d *decoder) six(bytes []byte) (sum uint64) {
	if err := d.parser.DecodeLayers(bytes, &d.found); err != nil {
		fail(err)
	}
	for _, layer := range d.found {
		switch layer {
		case layers.LayerTypeIPv4:
			sum += address(d.ip4.SrcIP) + 3*address(d.ip4.DstIP) + 5*uint64(d.ip4.Protocol) + 7*uint64(d.ip4.TTL)
		case layers.LayerTypeIPv6:
			sum += address(d.ip6.SrcIP) + 3*address(d.ip6.DstIP) + 5*uint64(d.ip6.NextHeader) + 7*uint64(d.ip6.HopLimit)
		case layers.LayerTypeTCP:
			sum += 11*uint64(d.tcp.SrcPort) + 13*uint64(d.tcp.DstPort)
		case layers.LayerTypeUDP:
			sum += 11*uint64(d.udp.SrcPort) + 13*uint64(d.udp.DstPort)
		}
	}
	return sum
}

func each(name string, take func(bytes []byte)) {
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
		bytes, _, err := reader.ZeroCopyReadPacketData()
		if err == io.EOF {
			return
		}
		if err != nil {
			fail(err)
		}
		take(bytes)
	}
}

func main() {
	runtime.LockOSThread()
	d := newDecoder()
	var frames [][]byte
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		packets, sum, start := 0, uint64(0), threadCPU()
		switch words[0] {
		case "load":
			each(words[1], func(bytes []byte) { frames = append(frames, append([]byte(nil), bytes...)) })
			fmt.Println("result ok=1")
			continue
		case "memory":
			passes, err := strconv.Atoi(words[1])
			if err != nil {
				fail(err)
			}
			for i := 0; i < passes; i++ {
				for _, bytes := range frames {
					sum += d.six(bytes)
				}
				packets += len(frames)
			}
		default:
			each(words[1], func(bytes []byte) {
				sum += d.six(bytes)
				packets++
			})
		}
		fmt.Printf("result packets=%d ns=%d sum=%x\n", packets, threadCPU()-start, sum)
	}
}
