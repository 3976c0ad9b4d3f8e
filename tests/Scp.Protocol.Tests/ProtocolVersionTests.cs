namespace Scp.Protocol.Tests;

public sealed class ProtocolVersionTests
{
    [Property]
    public bool TheNewestCommonVersionIsAgreed(byte peerMin, byte peerMax)
    {
        int[] common = [.. Enumerable.Range(0, 256).Where(v =>
            v >= peerMin && v <= peerMax && v is >= ProtocolVersion.Min and <= ProtocolVersion.Max)];
        bool agreed = ProtocolVersion.TryAgree(peerMin, peerMax, out byte version);
        return agreed == (common.Length > 0) && (!agreed || version == common.Max());
    }

    [TestCase(1, 1, true)]
    [TestCase(0, 9, true)]
    [TestCase(2, 9, false)]
    [TestCase(0, 0, false)]
    [TestCase(9, 1, false, Description = "a range the wrong way round holds no version")]
    public void Examples(byte peerMin, byte peerMax, bool agreed) =>
        Assert.That(ProtocolVersion.TryAgree(peerMin, peerMax, out _), Is.EqualTo(agreed));
}
