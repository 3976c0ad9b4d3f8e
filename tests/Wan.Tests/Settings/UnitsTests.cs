using FsCheck;
using Wan.Settings;

namespace Wan.Tests.Settings;

public sealed class UnitsTests
{
    [TestCase("40ms", 40_000_000)]
    [TestCase("1.5s", 1_500_000_000)]
    [TestCase("200us", 200_000)]
    [TestCase("200µs", 200_000)]
    [TestCase("7ns", 7)]
    [TestCase("0.5MS", 500_000)]
    [TestCase("0", 0)]
    public void A_time_is_read(string text, long ns)
    {
        Assert.That(Units.TryTime(text, out long read), Is.True);
        Assert.That(read, Is.EqualTo(ns));
    }

    [TestCase("20mbit", 20_000_000)]
    [TestCase("1Gbit", 1_000_000_000)]
    [TestCase("1.5kbit", 1_500)]
    [TestCase("64000bit", 64_000)]
    public void A_rate_is_read(string text, long bits)
    {
        Assert.That(Units.TryRate(text, out long read), Is.True);
        Assert.That(read, Is.EqualTo(bits));
    }

    [TestCase("64kb", 64_000)]
    [TestCase("64KiB", 65_536)]
    [TestCase("1MiB", 1_048_576)]
    [TestCase("1500b", 1_500)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.That(Units.TrySize(text, out long read), Is.True);
        Assert.That(read, Is.EqualTo(bytes));
    }

    [TestCase("1%", 0.01)]
    [TestCase("0.05%", 0.0005)]
    [TestCase("100%", 1)]
    [TestCase("0", 0)]
    public void A_share_is_read(string text, double share)
    {
        Assert.That(Units.TryShare(text, out double read), Is.True);
        Assert.That(read, Is.EqualTo(share));
    }

    [TestCase("")]
    [TestCase("ms")]
    [TestCase("40")]
    [TestCase("-1ms")]
    [TestCase("1,5ms")]
    [TestCase("40 ms")]
    [TestCase("1e3ms")]
    [TestCase("40mss")]
    [TestCase("99999999999999999999s")]
    [TestCase("79228162514264337593543950335s")]
    public void What_is_no_time_is_refused(string text) => Assert.That(Units.TryTime(text, out _), Is.False);

    [TestCase("101%")]
    [TestCase("0.01")]
    [TestCase("-1%")]
    public void What_is_no_share_is_refused(string text) => Assert.That(Units.TryShare(text, out _), Is.False);

    [Property]
    public void No_text_throws(string text)
    {
        _ = Units.TryTime(text ?? "", out _);
        _ = Units.TryRate(text ?? "", out _);
        _ = Units.TrySize(text ?? "", out _);
        _ = Units.TryShare(text ?? "", out _);
    }

    [Property]
    public void What_is_written_reads_the_same_to_a_millionth(PositiveInt ns)
    {
        Assert.That(Units.TryTime(Units.Time(ns.Get), out long read), Is.True);
        Assert.That(read, Is.EqualTo(ns.Get).Within(1 + (ns.Get / 1_000_000)));
    }
}
