namespace Consensus.Tests.Core.Cluster;

/// <summary>The cluster did what Raft promises never to do, or stopped getting on without a reason.</summary>
internal sealed class SafetyViolationException(string sentence) : Exception(sentence);
