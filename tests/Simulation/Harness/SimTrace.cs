using System.Globalization;

namespace Simulation.Harness;

/// <summary>What happened, as a hash always and as text when somebody reads it.</summary>
internal sealed class SimTrace(TextWriter? log)
{
    private TraceHash _hash;

    /// <summary>Ask before composing a line: most runs have no reader.</summary>
    public bool IsOn => log is not null;

    public ulong Hash => _hash.Value;

    public void Mix(ulong value) => _hash.Add(value);

    public void Mix(ReadOnlySpan<byte> bytes) => _hash.Add(bytes);

    public void Write(long nowNs, FormattableString line) =>
        log?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{nowNs / 1e9,12:0.000000}  {FormattableString.Invariant(line)}"));
}
