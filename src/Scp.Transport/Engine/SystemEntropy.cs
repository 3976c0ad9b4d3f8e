using System.Security.Cryptography;
using Scp.Protocol.Session;

namespace Scp.Transport.Engine;

/// <summary>The operating system's generator.</summary>
internal sealed class SystemEntropy : IEntropySource
{
    public static SystemEntropy Instance { get; } = new();

    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
