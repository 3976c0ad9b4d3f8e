using System.Net;
using LoadGen.Measuring;
using LoadGen.Peers.Bare;
using LoadGen.Peers.Http2;
using LoadGen.Peers.Tcp;
using LoadGen.Peers.Udp;
using LoadGen.Scp;

namespace LoadGen.Cli;

/// <summary>Makes the two sides of each system from what the command line says.</summary>
internal static class Systems
{
    public const string Scp = "scp";
    public const string Tcp = "tcp";
    public const string Http2 = "http2";
    public const string Udp = "udp";

    /// <summary>What loopback can do at best; not for paths, since it never sends anything twice.</summary>
    public const string Bare = "bare";

    private const int DefaultPort = 7400;
    private const int MaxConnections = 64;

    public static bool Knows(string name) => name is Scp or Tcp or Http2 or Udp;

    public static async Task<IPeerServer> ServeAsync(string system, Arguments arguments)
    {
        IPEndPoint address = arguments.TakeEndPoint("--listen") ?? new IPEndPoint(IPAddress.Loopback, DefaultPort);
        switch (system)
        {
            case Scp:
                ScpSettings settings = TakeScp(arguments, address);
                arguments.RefuseMore();
                return new ScpServer(settings, Report);
            case Tcp:
                var tcp = new TcpSettings { Address = address, CongestionControl = arguments.TakeOption("--congestion"), Keys = arguments.TakeOption("--tls") };
                arguments.RefuseMore();
                return new TcpServer(tcp, Report);
            case Http2:
                var http2 = new Http2Settings { Address = address, CongestionControl = arguments.TakeOption("--congestion") };
                arguments.RefuseMore();
                return await Http2Server.StartAsync(http2).ConfigureAwait(false);
            case Bare:
                bool blocks = arguments.TakeFlag("--block");
                arguments.RefuseMore();
                return new BareEcho(address, blocks);
            default:
                arguments.RefuseMore();
                return new UdpControlServer(address);
        }
    }

    /// <summary>Takes what is about the connection, and returns what makes it: the rest of the line is to be understood first.</summary>
    public static Func<Task<IPeerClient>> TakeClient(string system, Arguments arguments)
    {
        IPEndPoint address = arguments.TakeEndPoint("--target") ?? new IPEndPoint(IPAddress.Loopback, DefaultPort);
        switch (system)
        {
            case Scp:
                ScpSettings settings = TakeScp(arguments, address);
                return async () => await ScpClient.ConnectAsync(settings, Report).ConfigureAwait(false);
            case Tcp:
                TcpSettings tcp = new()
                {
                    Address = address,
                    CongestionControl = arguments.TakeOption("--congestion"),
                    Connections = arguments.TakeInt("--connections", 1, 1, MaxConnections),
                    Keys = arguments.TakeOption("--tls"),
                };
                return async () => await TcpClient.ConnectAsync(tcp).ConfigureAwait(false);
            case Http2:
                var http2 = new Http2Settings { Address = address, CongestionControl = arguments.TakeOption("--congestion") };
                return async () => await Http2Client.ConnectAsync(http2).ConfigureAwait(false);
            default:
                return () => Task.FromResult<IPeerClient>(new UdpControlClient(address));
        }
    }

    private static ScpSettings TakeScp(Arguments arguments, IPEndPoint address)
    {
        bool isPlain = arguments.TakeFlag("--plain");
        string? keys = arguments.TakeOption("--keys");
        if (isPlain == keys is not null)
        {
            throw new UsageException("Say either --keys DIR (`loadgen scp keys DIR` makes them) or, on loopback, --plain.");
        }

        return new ScpSettings
        {
            Address = address,
            Keys = keys,
            Lanes = arguments.TakeInt("--lanes", 1, 1, 4),
            IsUrgent = arguments.TakeFlag("--urgent"),
            UsesPool = arguments.TakeFlag("--pool"),
            UsesRedundancy = !arguments.TakeFlag("--no-redundancy"),
            CongestionControl = arguments.TakeOption("--congestion") ?? "bbr",
        };
    }

    private static void Report(string problem) => Console.Error.WriteLine(problem);
}
