using System.Globalization;

namespace LoadGen.Runs;

/// <summary>
/// How many cores others used, or the hypervisor took, while something was measured: all of the machine's work but ours.
/// Ours is this process, its children that have ended, and whoever else is named.
/// </summary>
internal sealed class MachineWatch
{
    private const double TicksPerSecond = 100;

    /// <summary>Where the fields are in /proc/PID/stat, counted after the name: utime, stime, and both of ended children.</summary>
    private const int FirstTimeField = 11;

    private readonly int[] _also;
    private readonly long _startNs = Measuring.Clock.NowNs;
    private readonly (double Busy, double Stolen) _machine = ReadMachine();
    private readonly double _own;

    public MachineWatch(params int[] alsoOurs)
    {
        _also = alsoOurs;
        _own = ReadOwn();
    }

    /// <summary>Cores used by others and stolen since this was made. Call it when the children have ended.</summary>
    public double OthersCores()
    {
        (double busy, double stolen) = ReadMachine();
        double others = Math.Max(0, busy - _machine.Busy - (ReadOwn() - _own));
        return (others + stolen - _machine.Stolen) / Measuring.Clock.Seconds(Measuring.Clock.NowNs - _startNs);
    }

    /// <summary>Seconds of all processes' work and of theft. Interrupts are nobody's: they serve our packets as well.</summary>
    internal static (double Busy, double Stolen) ParseMachine(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double Field(int index) => double.Parse(words[index], CultureInfo.InvariantCulture) / TicksPerSecond;
        return (Field(1) + Field(2) + Field(3), Field(8));
    }

    internal static double ParseProcess(string line, bool withChildren)
    {
        string[] words = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return words.Skip(FirstTimeField).Take(withChildren ? 4 : 2).Sum(word => double.Parse(word, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static (double Busy, double Stolen) ReadMachine() => ParseMachine(File.ReadLines("/proc/stat").First());

    private double ReadOwn() =>
        ParseProcess(File.ReadAllText("/proc/self/stat"), withChildren: true)
        + _also.Sum(pid => ParseProcess(File.ReadAllText($"/proc/{pid}/stat"), withChildren: false));
}
