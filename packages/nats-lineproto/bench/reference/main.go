// The Go reference codec at the work of the benchmarks beside: decodes a file of messages to name, tag map and field map,
// or encodes what it decoded, a given number of times, and prints the nanoseconds that the fastest of the rounds took.
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
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"
)

type point struct {
	name   string
	keys   []string
	tags   map[string]string
	fields map[string]interface{}
	time   time.Time
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
		var points []point
		decodeAll(messages, func(p point) {
			for key := range p.tags {
				p.keys = append(p.keys, key)
			}
			sort.Strings(p.keys)
			points = append(points, p)
		})
		work = func() { encodeAll(points) }
	default:
		panic("unknown work " + os.Args[1])
	}
	best := int64(0)
	for i := 0; i < rounds; i++ {
		start := time.Now()
		work()
		if took := time.Since(start).Nanoseconds(); best == 0 || took < best {
			best = took
		}
	}
	fmt.Println(best)
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

func encodeAll(points []point) {
	var enc lineprotocol.Encoder
	for i, p := range points {
		if i%500 == 0 {
			enc.Reset()
		}
		enc.StartLine(p.name)
		for _, key := range p.keys {
			enc.AddTag(key, p.tags[key])
		}
		for key, value := range p.fields {
			enc.AddField(key, lineprotocol.MustNewValue(value))
		}
		enc.EndLine(p.time)
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
