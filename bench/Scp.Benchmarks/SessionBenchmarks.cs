using BenchmarkDotNet.Attributes;
using Scp.Protocol.Crypto;

namespace Scp.Benchmarks;

/// <summary>
/// Small calls through two whole sessions in one thread: queueing, packing, acknowledging, delivering, replying. One
/// operation is one call with its reply, 64 bytes each way, 256 under way.
/// </summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private const int Calls = 4096;
    private const int UnderWay = 256;

    private MemoryPair _bare = null!;
    private MemoryPair _sealed = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bare = new MemoryPair(PacketProtectionFactory.Sealed<NoAead>(), 64, 64);
        _sealed = new MemoryPair(PacketProtectionFactory.AesGcm, 64, 64);
        _ = _bare.Run(100_000, UnderWay);
        _ = _sealed.Run(100_000, UnderWay);
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public int CallWithoutAead() => _bare.Run(Calls, UnderWay);

    [Benchmark(OperationsPerInvoke = Calls)]
    public int CallWithAesGcm() => _sealed.Run(Calls, UnderWay);
}
