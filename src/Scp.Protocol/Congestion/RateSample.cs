namespace Scp.Protocol.Congestion;

/// <summary>
/// What one acknowledgement frame says about the path. <see cref="Rate"/> is 0 when it says nothing.
/// An application-limited sample shows that the path can do at least this much, never that it can do no more.
/// </summary>
internal readonly record struct RateSample(long Rate, bool IsAppLimited, bool RoundEnded);
