namespace Scp.Serialization.Tests.Messages;

public enum Level : short
{
    Low = -300,
    Middle = 0,
    High = 300,
}
