namespace Scp.Protocol.Tests;

public sealed class SessionIdTests
{
    [Property]
    public bool BytesComeBack(ulong high, ulong low)
    {
        var id = new SessionId(high, low);
        byte[] bytes = new byte[SessionId.Size];
        id.Format(bytes);
        return SessionId.TryParse(bytes, out SessionId parsed)
            && parsed == id
            && id.ToString() == Convert.ToHexStringLower(bytes)
            && id.IsZero == bytes.All(b => b == 0);
    }

    [Test]
    public void TooFewBytesAreNoId() =>
        Assert.That(SessionId.TryParse(new byte[SessionId.Size - 1], out _), Is.False);
}
