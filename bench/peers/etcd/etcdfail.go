// etcdfail kills etcd's leader and prints, as one JSON object, how long it took until a put that began after that
// succeeded, tried again and again by one client of each surviving node. build.sh builds it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/etcd/clientv3"
)

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func main() {
	endpoints := flag.String("endpoints", "", "comma separated")
	pids := flag.String("pids", "", "the process of each endpoint, comma separated")
	try := flag.Duration("try", 100*time.Millisecond, "how long each put may take")
	flag.Parse()
	eps := strings.Split(*endpoints, ",")
	processes := strings.Split(*pids, ",")
	if len(processes) != len(eps) {
		fail("%d endpoints, but %d processes", len(eps), len(processes))
	}

	var clients []*clientv3.Client
	leader := -1
	for i, e := range eps {
		c, err := clientv3.New(clientv3.Config{Endpoints: []string{e}, DialTimeout: 2 * time.Second})
		if err != nil {
			fail("%v", err)
		}
		clients = append(clients, c)
		if s, err := c.Status(context.Background(), e); err == nil && s.Leader == s.Header.MemberId {
			leader = i
		}
	}
	if leader < 0 {
		fail("nobody leads")
	}
	pid, err := strconv.Atoi(processes[leader])
	if err != nil {
		fail("%v", err)
	}

	put := func(c *clientv3.Client) error {
		ctx, cancel := context.WithTimeout(context.Background(), *try)
		defer cancel()
		_, err := c.Put(ctx, "failover", strings.Repeat("v", 256))
		return err
	}
	for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); {
		for _, c := range clients {
			put(c)
		}
	}

	killed := time.Now()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		fail("kill %d: %v", pid, err)
	}

	var mu sync.Mutex
	var wg sync.WaitGroup
	first := time.Duration(0)
	for i, c := range clients {
		if i == leader {
			continue
		}
		wg.Add(1)
		go func(c *clientv3.Client) {
			defer wg.Done()
			for end := killed.Add(30 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
				if put(c) == nil {
					mu.Lock()
					if took := time.Since(killed); first == 0 || took < first {
						first = took
					}
					mu.Unlock()
					return
				}
			}
		}(c)
	}
	wg.Wait()
	if first == 0 {
		fail("no put succeeded for 30 s")
	}
	j, _ := json.Marshal(map[string]interface{}{"leader": leader + 1, "any_ms": float64(first) / 1e6})
	fmt.Println(string(j))
}
