using System.Net.Sockets;
using System.Text.Json;
using Wan.Commands;

namespace Wan.Control;

/// <summary>
/// Answers commands on a Unix socket: one request and one answer a connection, one connection at a time. A client that says
/// nothing is let go after a while, so it cannot keep the next one out for long.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int Backlog = 16;
    private const int SilenceMs = 2_000;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<ControlRequest, ControlResponse> _handle;
    private readonly Action _onDown;
    private readonly Thread _thread;
    private Socket? _awaitingTheEnd;

    public ControlServer(string path, Func<ControlRequest, ControlResponse> handle, Action onDown)
    {
        (_handle, _onDown) = (handle, onDown);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(Backlog);
        _thread = new Thread(Run) { Name = "control", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Stops listening. Whoever asked for the end keeps its connection until the process is gone.</summary>
    public void Dispose() => _listener.Dispose();

    private void Run()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // Disposed: the process is ending.
                return;
            }

            if (Serve(client))
            {
                _awaitingTheEnd = client;
                _onDown();
                return;
            }

            client.Dispose();
        }
    }

    /// <summary>True when the end was asked for.</summary>
    private bool Serve(Socket client)
    {
        client.ReceiveTimeout = SilenceMs;
        client.SendTimeout = SilenceMs;
        try
        {
            if (ControlLine.Read(client) is not { } line)
            {
                return false;
            }

            ControlRequest? request = Parse(line);
            ControlResponse response = request is null
                ? new ControlResponse { Problem = "the request is not understood: are wan and the running WAN of the same version?", ExitCode = ExitCode.Failed }
                : _handle(request);
            ControlLine.Write(client, JsonSerializer.SerializeToUtf8Bytes(response, WanJson.Default.ControlResponse));
            return request is { Verb: ControlVerb.Down };
        }
        catch (SocketException)
        {
            // The client is silent, slow or gone: its own affair.
            return false;
        }
    }

    private static ControlRequest? Parse(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, WanJson.Default.ControlRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
