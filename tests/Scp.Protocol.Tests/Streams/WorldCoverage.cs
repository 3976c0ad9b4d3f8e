namespace Scp.Protocol.Tests.Streams;

/// <summary>What happened in a <see cref="StreamWorld"/>; a run in which something never did proves less than it says.</summary>
internal sealed class WorldCoverage
{
    public int Cuts { get; set; }

    public int Resumes { get; set; }

    public int Resets { get; set; }

    public int Stops { get; set; }

    public int PacketsLost { get; set; }

    public int PacketsRepeated { get; set; }

    public int Compressed { get; set; }

    public long BytesRead { get; set; }

    public int Streams { get; set; }

    public void Add(WorldCoverage other)
    {
        Cuts += other.Cuts;
        Resumes += other.Resumes;
        Resets += other.Resets;
        Stops += other.Stops;
        PacketsLost += other.PacketsLost;
        PacketsRepeated += other.PacketsRepeated;
        Compressed += other.Compressed;
        BytesRead += other.BytesRead;
        Streams += other.Streams;
    }

    public void AssertAll()
    {
        Assert.That(new[] { Cuts, Resumes, Resets, Stops, PacketsLost, PacketsRepeated, Compressed, Streams }, Is.All.Positive, ToString());
    }

    public override string ToString() =>
        $"{Streams} streams, {BytesRead} bytes, {Cuts} cuts, {Resumes} resumes, {Resets} resets, {Stops} stops, "
        + $"{PacketsLost} packets lost, {PacketsRepeated} repeated, {Compressed} chunks compressed";
}
