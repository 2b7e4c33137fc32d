// gopacket's DNS layer as a worker: load FILE; run PASSES.
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
		start, names := threadCPU(), 0
		for i := 0; i < passes; i++ {
			for _, message := range messages {
				if err := layer.DecodeFromBytes(message, gopacket.NilDecodeFeedback); err != nil {
					fail(err)
				}
				names += len(layer.Questions) + len(layer.Answers)
			}
		}
		fmt.Printf("result packets=%d ns=%d sum=%d\n", passes*len(messages), threadCPU()-start, names)
	}
}
