using System.Runtime.CompilerServices;

namespace Scp.Protocol.Streams;

/// <summary>One link for each <see cref="StreamRole"/>.</summary>
[InlineArray(5)]
internal struct StreamLinks
{
    private StreamLink _first;
}
