using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Scp.Serialization;

/// <summary>Out of line, so that a check costs its caller a compare and a jump. Only mistakes of the program end here.</summary>
internal static class ThrowHelper
{
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInvalidOperation(string message) => throw new InvalidOperationException(message);
}
