using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Consensus.Core;

/// <summary>What must never happen. The process stops with its state rather than go on and lose data.</summary>
internal static class Fail
{
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Now(string sentence) => throw new InvalidOperationException(sentence);
}
