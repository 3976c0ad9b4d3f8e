using System.Net.Security;
namespace Scp.Transport.Identity;
public sealed class NodeIdentity { }
public sealed class IdentityStore { public NodeIdentity Current => null!; }
internal sealed class PeerVerifier(NodeIdentity i) { public string? Refusal => i.ToString(); public SslClientAuthenticationOptions ClientOptions(string n) => throw new InvalidOperationException(Refusal + n); public SslServerAuthenticationOptions ServerOptions() => throw new InvalidOperationException(Refusal); public static string NameOf(SslStream s) => s.TargetHostName; }
