namespace Scp.Protocol;

/// <summary>What goes first when more is waiting than fits. Lower values go first.</summary>
public enum Priority : byte
{
    Control = 0,
    Consensus = 1,
    Request = 2,
    Bulk = 3,
}
