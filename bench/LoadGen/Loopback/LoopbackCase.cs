using System.Globalization;

namespace LoadGen.Loopback;

/// <summary>One thing that is measured: the two command lines, and the core that each is held to, if any.</summary>
internal sealed record LoopbackCase(string Name, string Serve, string Load, string? ServerCore = null, string? ClientCore = null)
{
    /// <summary>Any free port, so that two reports do not meet.</summary>
    private const string Listen = "127.0.0.1:0";

    public static IEnumerable<LoopbackCase> All(string keys, double seconds, bool pins)
    {
        string time = string.Create(CultureInfo.InvariantCulture, $"--seconds {seconds} --warm-up 4");
        string ping = $"--in-flight 1 --request 64 --reply 64 {time}";
        string flood = $"--in-flight 256 --request 64 --reply 64 {time}";
        string bulk = $"--bytes 3GB --warm-up-bytes 1GB --no-check";
        foreach ((string place, string? server, string? client) in Places(pins))
        {
            yield return new($"bare ping-pong, {place}", $"bare serve --listen {Listen}", $"bare load {ping}", server, client);
            yield return new($"blocking ping-pong, {place}", $"bare serve --listen {Listen} --block", $"bare load {ping} --block", server, client);
            yield return new($"scp round trip, {place}", $"scp serve --keys {keys} --listen {Listen}", $"scp load --keys {keys} {ping}", server, client);
        }

        yield return new("bare requests", $"bare serve --listen {Listen}", $"bare load {flood}");
        yield return new("scp requests", $"scp serve --keys {keys} --listen {Listen}", $"scp load --keys {keys} {flood}");
        yield return new("tls bulk", $"tcp serve --tls {keys} --listen {Listen}", $"tcp bulk --tls {keys} {bulk}");
        yield return new("scp bulk", $"scp serve --keys {keys} --listen {Listen}", $"scp bulk --keys {keys} {bulk}");
        yield return new("tcp bulk", $"tcp serve --listen {Listen}", $"tcp bulk {bulk}");
        yield return new("scp plain bulk", $"scp serve --plain --listen {Listen}", $"scp bulk --plain {bulk}");
    }

    /// <summary>Where the two processes run decides a ping-pong by a factor of five: a core that sleeps is slow to wake.</summary>
    public static IEnumerable<(string Place, string? Server, string? Client)> Places(bool pins) => pins
        ? [("free", null, null), ("one core", "0", "0"), ("two cores", "1", "0")]
        : [("free", null, null)];
}
