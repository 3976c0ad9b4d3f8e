namespace Histories.Recording;

/// <summary>What a client asked of the store.</summary>
public enum OperationKind
{
    Get,
    Put,

    /// <summary>Compare and swap: writes the new value where the old one stands.</summary>
    Cas,
    Delete,

    /// <summary>Reads some keys and writes some, all at one moment; the reads see what stood before the writes.</summary>
    Txn,
}
