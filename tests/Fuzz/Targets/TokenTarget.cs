using Scp.Protocol.Lanes;

namespace Fuzz.Targets;

/// <summary>Resume tokens: what parses is written back byte for byte.</summary>
internal sealed class TokenTarget : IFuzzTarget
{
    public string Name => "token";

    public IEnumerable<byte[]> Seeds()
    {
        var bytes = new byte[ResumeToken.Size];
        new ResumeToken(new Scp.Protocol.SessionId(1, 2), new byte[ResumeToken.SecretBytes]).Format(bytes);
        yield return bytes;
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!ResumeToken.TryParse(input, out ResumeToken token))
        {
            return false;
        }

        Span<byte> again = stackalloc byte[ResumeToken.Size];
        token.Format(again);
        Check.That(again.SequenceEqual(input), "a token is not written back as it was read");
        Check.That(token.Matches(token), "a token does not match itself");
        return true;
    }
}
