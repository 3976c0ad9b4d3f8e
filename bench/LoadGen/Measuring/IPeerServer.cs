using System.Net;

namespace LoadGen.Measuring;

/// <summary>The other side of whatever is measured: answers what <see cref="Responder"/> answers, and takes bulk, until disposed.</summary>
internal interface IPeerServer : IAsyncDisposable
{
    IPEndPoint LocalEndPoint { get; }
}
