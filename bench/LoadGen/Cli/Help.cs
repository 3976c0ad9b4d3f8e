namespace LoadGen.Cli;

/// <summary>`loadgen --help`.</summary>
internal static class Help
{
    private const string Text = """
        loadgen: measures SCP, and what one would use instead, with the same load

        usage:
          loadgen scp keys DIR                     a throwaway authority and the keys of both sides
          loadgen SYSTEM serve [--listen ADDR]     the side that answers
          loadgen SYSTEM load  [--target ADDR]     small requests; latency counts from when each was due
          loadgen SYSTEM bulk  [--target ADDR]     one transfer; goodput until the receiver has confirmed it
        SYSTEM is scp, tcp, http2 or udp (the control: bare datagrams, no retry). ADDR is 127.0.0.1:7400 unless said.

        load:
          --rate 200          requests a second, sent when due whatever became of earlier ones; or
          --in-flight N       so many under way, each followed by the next
          --request 1024 --reply 64 --seconds 60 --warm-up 2 --drain 10
          --bulk-beside SIZE|saturate
          --histogram FILE    the whole distribution, `up_to_ns count` a line
        bulk:
          --bytes 100MB --max-seconds 600 --block 256KiB --no-check --warm-up-bytes 0
        both: --json

        scp:    --keys DIR or (loopback only) --plain   --urgent  --lanes 1..4  --pool  --no-redundancy  --congestion bbr
        tcp:    --connections N  --congestion cubic|bbr (both sides)  --tls DIR (the directory of scp keys, both sides)
        http2:  --congestion cubic|bbr (both sides)

        loadgen loopback [--rounds 5] [--seconds 2] [--free] [--json FILE]
                                                   SCP against bare UDP, TCP and TLS on this machine, with targets
        loadgen wan-report [--wan PATH] [--profiles continental,intercontinental,bad,burst]
            [--parts small,thin,beside,bulk] [--runs 3] [--seconds 30] [--bulk-seconds 30] [--bytes 100MB]
            [--repeats 2] [--quick] [--output artifacts/bench-wan] [--json FILE]
                                                   SCP and its peers over the WAN simulator, with targets (root)
        loadgen bare serve|load --in-flight N [--block]
                                                   the bare UDP of that comparison

        loadgen raft keys DIR [--count 3]          keys for the nodes and a client
        loadgen raft serve --id K --nodes 1=ADDR,2=ADDR,3=ADDR --data DIR [--groups 1] [--keys DIR] [--workers 1]
                                                   one node of a cluster; without keys plain, loopback only
        loadgen raft load --nodes … [--groups 1] [--concurrency 64] [--value 256] [--seconds 10] [--warm-up 2]
            [--timeout-ms 1000] [--keys DIR] [--json]
                                                   clients that each wait for their command to be applied
        loadgen raft report [--rounds 3] [--seconds 4] [--tries 5] [--data DIR] [--tls] [--etcdload DIR] [--json FILE]
                                                   three nodes under load and without their leader, with targets,
                                                   beside etcd where it is installed

        exit codes: 0 done, 1 failed, 2 usage, 3 server not reached
        """;

    public static void WriteTo(TextWriter output) => output.WriteLine(Text);
}
