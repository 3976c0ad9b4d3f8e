namespace LoadGen.Wan;

/// <summary>What is measured: a name for tables, and the words that start its two sides.</summary>
/// <param name="LosesNothing">The control: while it runs the path loses nothing.</param>
internal sealed record WanContender(string Name, string System, string ServeWords, string LoadWords, bool LosesNothing = false)
{
    public static readonly WanContender Control = new("udp control", "udp", "", "", LosesNothing: true);
    public static readonly WanContender Http2 = new("http2 bbr", "http2", "--congestion bbr", "--congestion bbr");

    public static WanContender Scp(string keys) => new("scp", "scp", $"--keys {keys}", $"--keys {keys}");

    public static WanContender ScpLanes(string keys) => new("scp, 4 lanes", "scp", $"--keys {keys}", $"--keys {keys} --lanes 4");

    public static WanContender ScpUrgent(string keys) => new("scp urgent", "scp", $"--keys {keys}", $"--keys {keys} --urgent");

    public static WanContender Tcp(string congestionControl, int connections) => new(
        $"tcp {congestionControl} ×{connections}",
        "tcp",
        $"--congestion {congestionControl}",
        $"--congestion {congestionControl} --connections {connections}");
}
