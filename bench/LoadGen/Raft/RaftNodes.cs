using System.Globalization;
using System.Net;
using Consensus;
using Fabric.Node;
using LoadGen.Cli;

namespace LoadGen.Raft;

/// <summary>`1=127.0.0.1:7501,2=…`: the nodes of a cluster, from the command line.</summary>
internal static class RaftNodes
{
    public static NodeDirectory Take(Arguments arguments)
    {
        string text = arguments.TakeOption("--nodes") ?? throw new UsageException("--nodes 1=ADDR,2=ADDR,3=ADDR is missing.");
        try
        {
            return new NodeDirectory(text.Split(',').Select(Parse));
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    public static string NameOf(ulong id) => string.Create(CultureInfo.InvariantCulture, $"node-{id}");

    public static string ToText(IEnumerable<IPEndPoint> endPoints) =>
        string.Join(',', endPoints.Select((endPoint, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}={endPoint}")));

    private static NodeAddress Parse(string word)
    {
        string[] halves = word.Split('=');
        return halves.Length == 2
            && ulong.TryParse(halves[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong id) && id > 0
            && IPEndPoint.TryParse(halves[1], out IPEndPoint? endPoint) && endPoint.Port > 0
            ? new NodeAddress(new NodeId(id), NameOf(id), [endPoint])
            : throw new UsageException($"--nodes {word}: a number, `=`, an address and a port are meant, such as 1=127.0.0.1:7501.");
    }
}
