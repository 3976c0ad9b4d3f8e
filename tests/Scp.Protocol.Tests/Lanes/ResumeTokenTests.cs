using Scp.Protocol.Lanes;

namespace Scp.Protocol.Tests.Lanes;

public sealed class ResumeTokenTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(65, ResumeToken.SecretBytes).Select(i => (byte)i)];

    [Test]
    public void TheLayoutIsAsWritten()
    {
        byte[] bytes = new byte[ResumeToken.Size];
        new ResumeToken(new SessionId(0x0102030405060708, 0x090A0B0C0D0E0F10), Secret).Format(bytes);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(
            "01" + "0102030405060708090a0b0c0d0e0f10" + "4142434445464748494a4b4c4d4e4f50"));
    }

    [Property]
    public bool BytesComeBack(ulong high, ulong low, byte fill)
    {
        var token = new ResumeToken(new SessionId(high, low), [.. Enumerable.Repeat(fill, ResumeToken.SecretBytes)]);
        byte[] bytes = new byte[ResumeToken.Size];
        token.Format(bytes);
        return ResumeToken.TryParse(bytes, out ResumeToken parsed)
            && parsed.Session == new SessionId(high, low)
            && parsed.Matches(token)
            && token.Matches(parsed);
    }

    [Test]
    public void EveryBitMatters()
    {
        var token = new ResumeToken(new SessionId(1, 2), Secret);
        byte[] bytes = new byte[ResumeToken.Size];
        for (int bit = 0; bit < 8 * ResumeToken.Size; bit++)
        {
            token.Format(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            bool matches = ResumeToken.TryParse(bytes, out ResumeToken other) && token.Matches(other);
            Assert.That(matches, Is.False, $"bit {bit}");
        }
    }

    [Property(MaxTest = 500)]
    public bool OtherLengthsAreNoTokens(byte[] bytes) =>
        !ResumeToken.TryParse(bytes, out _) || (bytes.Length == ResumeToken.Size && bytes[0] == 1);

    [Test]
    public void ASecretIsNotPrinted()
    {
        var token = new ResumeToken(new SessionId(1, 2), Secret);
        Assert.That(token.ToString(), Is.EqualTo("token of 00000000000000010000000000000002"));
        Assert.That(() => new ResumeToken(default, new byte[15]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
