// etcdload puts values into etcd in a closed loop and prints one JSON object. build.sh builds it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/clientv3"
)

func pct(a []int64, p float64) float64 {
	if len(a) == 0 {
		return 0
	}
	i := int(p * float64(len(a)))
	if i >= len(a) {
		i = len(a) - 1
	}
	return float64(a[i]) / 1e3
}

func out(m map[string]interface{}) {
	b, _ := json.Marshal(m)
	fmt.Println(string(b))
}

func leaderOf(ep []string) []string {
	for _, e := range ep {
		cl, err := clientv3.New(clientv3.Config{Endpoints: []string{e}, DialTimeout: 5 * time.Second})
		if err != nil {
			continue
		}
		s, err := cl.Status(context.Background(), e)
		cl.Close()
		if err == nil && s.Leader == s.Header.MemberId {
			return []string{e}
		}
	}
	return ep
}

func main() {
	eps := flag.String("endpoints", "127.0.0.1:12379,127.0.0.1:22379,127.0.0.1:32379", "comma separated")
	c := flag.Int("c", 64, "concurrent closed-loop clients")
	conns := flag.Int("conns", 0, "TCP connections (0: min(c,100))")
	secs := flag.Float64("t", 5, "measured seconds")
	warm := flag.Float64("warm", 1, "warm-up seconds")
	vs := flag.Int("vsize", 256, "value size")
	keys := flag.Int("keys", 10000, "key space")
	flag.Parse()
	if *conns == 0 {
		*conns = *c
		if *conns > 100 {
			*conns = 100
		}
	}
	ep := strings.Split(*eps, ",")
	if *conns == 1 { // at its best: straight to the leader
		ep = leaderOf(ep)
	}
	cls := make([]*clientv3.Client, *conns)
	for i := range cls {
		// one endpoint per connection, dealt round-robin: the 3.4 balancer would else open a connection to every endpoint
		cl, err := clientv3.New(clientv3.Config{Endpoints: []string{ep[i%len(ep)]}, DialTimeout: 5 * time.Second})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		cls[i] = cl
	}
	val := strings.Repeat("v", *vs)
	key := func(i int) string { return fmt.Sprintf("k%015d", i) }
	ctx := context.Background()
	var phase int32 // 0 warm, 1 measure, 2 stop
	lats := make([][]int64, *c)
	var errs int64
	var wg sync.WaitGroup
	for w := 0; w < *c; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			cl := cls[w%len(cls)]
			r := rand.New(rand.NewSource(int64(w) + time.Now().UnixNano()))
			l := make([]int64, 0, 1<<14)
			for {
				p := atomic.LoadInt32(&phase)
				if p == 2 {
					break
				}
				k := key(r.Intn(*keys))
				t0 := time.Now()
				_, err := cl.Put(ctx, k, val)
				if err != nil {
					atomic.AddInt64(&errs, 1)
					continue
				}
				if p == 1 && atomic.LoadInt32(&phase) == 1 {
					l = append(l, int64(time.Since(t0)))
				}
			}
			lats[w] = l
		}(w)
	}
	time.Sleep(time.Duration(*warm * 1e9))
	st := time.Now()
	atomic.StoreInt32(&phase, 1)
	time.Sleep(time.Duration(*secs * 1e9))
	atomic.StoreInt32(&phase, 2)
	el := time.Since(st).Seconds()
	wg.Wait()
	var all []int64
	for _, l := range lats {
		all = append(all, l...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	out(map[string]interface{}{"c": *c, "conns": *conns, "secs": el, "n": len(all), "errs": errs,
		"ops_s": float64(len(all)) / el, "p50_us": pct(all, .5), "p99_us": pct(all, .99), "p999_us": pct(all, .999), "max_us": pct(all, 1)})
}
