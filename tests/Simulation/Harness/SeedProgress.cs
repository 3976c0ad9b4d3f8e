using System.Diagnostics;

namespace Simulation.Harness;

/// <summary>How far a run has come: one line that is rewritten on a terminal, a line now and then elsewhere.</summary>
internal sealed class SeedProgress(TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(20);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _shownAt = Stopwatch.GetTimestamp();
    private bool _isLineOpen;

    public void Show(int done, int count, int failed)
    {
        if (Stopwatch.GetElapsedTime(_shownAt) < (isTerminal ? OnTerminal : Elsewhere) && done < count)
        {
            return;
        }

        _shownAt = Stopwatch.GetTimestamp();
        double perSecond = done / Math.Max(0.001, Stopwatch.GetElapsedTime(_startedAt).TotalSeconds);
        string line = FormattableString.Invariant($"{done} of {count} seeds, {failed} failed, {perSecond:0.0} seeds/s");
        if (isTerminal)
        {
            output.Write($"\r{line}    ");
            _isLineOpen = true;
        }
        else
        {
            output.WriteLine(line);
        }
    }

    public void End()
    {
        if (_isLineOpen)
        {
            output.WriteLine();
        }
    }
}
