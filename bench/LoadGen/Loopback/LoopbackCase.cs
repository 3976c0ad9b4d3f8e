using System.Globalization;

namespace LoadGen.Loopback;

/// <summary>One thing that is measured: the two command lines, and the core that each is held to, if any.</summary>
internal sealed record LoopbackCase(string Name, string Serve, string Load, string? ServerCore = null, string? ClientCore = null)
{
    private const string Address = "127.0.0.1:7431";

    public static IEnumerable<LoopbackCase> All(string keys, double seconds, bool pins)
    {
        string time = string.Create(CultureInfo.InvariantCulture, $"--seconds {seconds} --warm-up 4");
        string ping = $"--target {Address} --in-flight 1 --request 64 --reply 64 {time}";
        string flood = $"--target {Address} --in-flight 256 --request 64 --reply 64 {time}";
        string bulk = $"--target {Address} --bytes 3GB --warm-up-bytes 1GB --no-check";
        foreach ((string place, string? server, string? client) in Places(pins))
        {
            yield return new($"bare ping-pong, {place}", $"bare serve --listen {Address}", $"bare load {ping}", server, client);
            yield return new($"blocking ping-pong, {place}", $"bare serve --listen {Address} --block", $"bare load {ping} --block", server, client);
            yield return new($"scp round trip, {place}", $"scp serve --keys {keys} --listen {Address}", $"scp load --keys {keys} {ping}", server, client);
        }

        yield return new("bare requests", $"bare serve --listen {Address}", $"bare load {flood}");
        yield return new("scp requests", $"scp serve --keys {keys} --listen {Address}", $"scp load --keys {keys} {flood}");
        yield return new("tls bulk", $"tcp serve --tls {keys} --listen {Address}", $"tcp bulk --tls {keys} {bulk}");
        yield return new("scp bulk", $"scp serve --keys {keys} --listen {Address}", $"scp bulk --keys {keys} {bulk}");
        yield return new("tcp bulk", $"tcp serve --listen {Address}", $"tcp bulk {bulk}");
        yield return new("scp plain bulk", $"scp serve --plain --listen {Address}", $"scp bulk --plain {bulk}");
    }

    /// <summary>Where the two processes run decides a ping-pong by a factor of five: a core that sleeps is slow to wake.</summary>
    public static IEnumerable<(string Place, string? Server, string? Client)> Places(bool pins) => pins
        ? [("free", null, null), ("one core", "0", "0"), ("two cores", "1", "0")]
        : [("free", null, null)];
}
