namespace LoadGen.Bulk;

/// <summary>What the receiver of a channel says that it got.</summary>
internal readonly record struct BulkReceipt(long Bytes, uint Sum);
