// The Go reference codec at the work of the benchmarks beside: decodes a file of messages to name, tag map and field map,
// or encodes what it decoded, a given number of times, and prints the median nanoseconds of processor time of a round.
//
// Usage: reference decode|json|encode FILE ROUNDS
//
// FILE: messages, each behind its length (four bytes, little-endian).
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"syscall"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

type point struct {
	name   string
	tags   map[string]string
	fields map[string]interface{}
	time   time.Time
}

// What the encoder is given: sorted tags and typed values, so that only encoding is measured.
type line struct {
	name  string
	tags  [][2]string
	key   string
	value lineprotocol.Value
	time  time.Time
}

func main() {
	messages := read(os.Args[2])
	rounds, err := strconv.Atoi(os.Args[3])
	check(err)
	var work func()
	switch os.Args[1] {
	case "decode":
		work = func() { decodeAll(messages, func(point) {}) }
	case "json":
		work = func() {
			decodeAll(messages, func(p point) {
				var event interface{}
				check(json.Unmarshal([]byte(p.fields["event"].(string)), &event))
			})
		}
	case "encode":
		var lines []line
		decodeAll(messages, func(p point) { lines = append(lines, toLine(p)) })
		work = func() { encodeAll(lines) }
	default:
		panic("unknown work " + os.Args[1])
	}
	work()
	took := make([]int64, rounds)
	for i := range took {
		start := processorTime()
		work()
		took[i] = processorTime() - start
	}
	sort.Slice(took, func(a, b int) bool { return took[a] < took[b] })
	fmt.Println(took[rounds/2])
}

func processorTime() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func toLine(p point) line {
	l := line{name: p.name, time: p.time}
	for key, value := range p.tags {
		l.tags = append(l.tags, [2]string{key, value})
	}
	sort.Slice(l.tags, func(a, b int) bool { return l.tags[a][0] < l.tags[b][0] })
	for key, value := range p.fields {
		l.key = key
		l.value = lineprotocol.MustNewValue(value)
	}
	return l
}

func decodeAll(messages [][]byte, use func(point)) {
	for _, message := range messages {
		dec := lineprotocol.NewDecoderWithBytes(message)
		for dec.Next() {
			use(decodeOne(dec))
		}
	}
}

func decodeOne(dec *lineprotocol.Decoder) point {
	name, err := dec.Measurement()
	check(err)
	p := point{name: string(name), tags: map[string]string{}, fields: map[string]interface{}{}}
	for {
		key, value, err := dec.NextTag()
		check(err)
		if key == nil {
			break
		}
		p.tags[string(key)] = string(value)
	}
	for {
		key, value, err := dec.NextField()
		check(err)
		if key == nil {
			break
		}
		p.fields[string(key)] = value.Interface()
	}
	p.time, err = dec.Time(lineprotocol.Nanosecond, time.Time{})
	check(err)
	return p
}

func encodeAll(lines []line) {
	var enc lineprotocol.Encoder
	for i := range lines {
		l := &lines[i]
		if i%500 == 0 {
			enc.Reset()
		}
		enc.StartLine(l.name)
		for _, tag := range l.tags {
			enc.AddTag(tag[0], tag[1])
		}
		enc.AddField(l.key, l.value)
		enc.EndLine(l.time)
	}
	check(enc.Err())
}

func read(file string) [][]byte {
	data, err := os.ReadFile(file)
	check(err)
	var messages [][]byte
	for len(data) > 0 {
		length := binary.LittleEndian.Uint32(data)
		messages = append(messages, data[4:4+length])
		data = data[4+length:]
	}
	return messages
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
