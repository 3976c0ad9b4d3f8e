using Consensus.Core;

namespace Consensus.Host;

/// <summary>A write that waits until the disk has room, with entries of its own.</summary>
internal sealed record RefusedWrite(LogWrite Write);
