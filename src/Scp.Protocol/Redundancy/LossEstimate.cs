namespace Scp.Protocol.Redundancy;

/// <summary>
/// The probability that a packet is lost, and where it lies with 95% confidence, in parts per million: whole numbers, so
/// that what is decided by them is the same on every machine.
/// </summary>
internal readonly record struct LossEstimate(int Ppm, int LowerPpm, int UpperPpm);
