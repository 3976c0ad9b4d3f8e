namespace Scp.Protocol.Streams;

/// <summary>A stream's place in one <see cref="StreamList"/>.</summary>
internal struct StreamLink
{
    public StreamList? Owner;
    public StreamEntry? Previous;
    public StreamEntry? Next;
}
