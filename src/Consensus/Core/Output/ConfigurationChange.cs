namespace Consensus.Core;

/// <summary>A configuration came into force here. Where it is not yet committed, an older one may come back.</summary>
public readonly record struct ConfigurationChange(GroupId Group, long Index, Configuration Configuration);
