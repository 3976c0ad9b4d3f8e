using Scp.Transport.Udp.Native;

namespace Scp.Transport.Udp;

/// <summary>What became of a datagram given to the kernel.</summary>
internal enum SendOutcome
{
    Sent,
    NoRoom,
    TooLarge,
    Refused,
}

internal static class SendOutcomes
{
    public static SendOutcome Of(int error) => error switch
    {
        0 => SendOutcome.Sent,
        Errno.Again or Errno.NoBuffers or Errno.NoMemory => SendOutcome.NoRoom,
        Errno.MessageSize => SendOutcome.TooLarge,
        _ => SendOutcome.Refused,
    };
}
