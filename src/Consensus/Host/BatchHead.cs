namespace Consensus.Host;

/// <summary>What follows, and who speaks: a worker of a process, and how many steps it has made, so that one that stands still shows.</summary>
internal readonly record struct BatchHead(BatchKind Kind, ulong Incarnation, int Worker, int Workers, long Turn);
