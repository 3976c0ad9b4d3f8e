using System.Diagnostics;

namespace Fuzz;

/// <summary>
/// Spoils known inputs and feeds them to a target: bits flipped, bytes set to values at the edge, pieces cut, doubled,
/// or taken from another input. What a target accepts and nobody has seen in that length joins the pool. Everything
/// follows from the seed, apart from how far it gets in its time.
/// </summary>
internal sealed class Fuzzer(IFuzzTarget target, int seed)
{
    private const int MaxPool = 512;
    private const int MaxInputBytes = 4096;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly byte[] EdgeBytes = [0x00, 0x01, 0x03, 0x3F, 0x40, 0x7F, 0x80, 0xC1, 0xFE, 0xFF];

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _pool = [];
    private readonly HashSet<int> _acceptedLengths = [];

    public long Inputs { get; private set; }

    public long Accepted { get; private set; }

    /// <summary>Runs the corpus and then spoiled inputs until the time is over; null, or what went wrong.</summary>
    public string? Run(IEnumerable<byte[]> corpus, TimeSpan time)
    {
        foreach (byte[] input in target.Seeds().Concat(corpus))
        {
            _pool.Add(input);
            if (Feed(input) is { } failure)
            {
                return failure;
            }
        }

        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
        {
            for (int i = 0; i < 256; i++)
            {
                if (Feed(Spoil(_pool[_random.Next(_pool.Count)])) is { } failure)
                {
                    return failure;
                }
            }
        }

        return null;
    }

    private string? Feed(byte[] input)
    {
        Inputs++;
        long began = Stopwatch.GetTimestamp();
        try
        {
            if (target.Run(input))
            {
                Accepted++;
                if (_pool.Count < MaxPool && _acceptedLengths.Add(input.Length))
                {
                    _pool.Add(input);
                }
            }
        }
        catch (Exception problem)
        {
            return $"{target.Name}: {problem.GetType().Name}: {problem.Message}\n{problem.StackTrace}\ninput: {Convert.ToHexString(input)}";
        }

        TimeSpan took = Stopwatch.GetElapsedTime(began);
        return took > Slow ? $"{target.Name}: one input of {input.Length} bytes took {took.TotalMilliseconds:N0} ms\ninput: {Convert.ToHexString(input)}" : null;
    }

    private byte[] Spoil(byte[] source)
    {
        List<byte> bytes = [.. source];
        for (int steps = _random.Next(1, 5); steps > 0; steps--)
        {
            SpoilOnce(bytes);
        }

        return [.. bytes.Take(MaxInputBytes)];
    }

    private void SpoilOnce(List<byte> bytes)
    {
        int at = bytes.Count == 0 ? 0 : _random.Next(bytes.Count);
        switch (_random.Next(8))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = EdgeBytes[_random.Next(EdgeBytes.Length)];
                break;
            case 2 when bytes.Count > 0:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 3 when bytes.Count > 0:
                bytes.RemoveRange(at, _random.Next(1, Math.Min(16, bytes.Count - at) + 1));
                break;
            case 4:
                bytes.InsertRange(at, Enumerable.Range(0, _random.Next(1, 9)).Select(_ => (byte)_random.Next(256)));
                break;
            case 5 when bytes.Count > 0:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(1, 64), bytes.Count - at)));
                break;
            case 6:
                byte[] other = _pool[_random.Next(_pool.Count)];
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.Skip(_random.Next(other.Length + 1)));
                break;
            default:
                if (bytes.Count > at)
                {
                    bytes.RemoveRange(at, bytes.Count - at);
                }

                break;
        }
    }
}
