namespace Consensus.Host;

/// <summary>Who speaks: a worker of a process, and how many steps it has made, so that one that stands still shows.</summary>
internal readonly record struct BatchHead(ulong Incarnation, int Worker, int Workers, long Turn);
