using System.Net.Sockets;
using System.Text.Json;
using Wan.Commands;

namespace Wan.Control;

/// <summary>Asks a running WAN for something and waits for the answer.</summary>
internal static class ControlClient
{
    private const int AnswerMs = 15_000;

    /// <exception cref="WanException">It does not answer, or says that it was not done.</exception>
    public static ControlResponse Ask(string socketPath, string name, ControlRequest request)
    {
        using Socket socket = Connect(socketPath, name);
        return Exchange(socket, name, request);
    }

    /// <summary>Asks it to end and waits until it has; false when that takes too long.</summary>
    public static bool TryEnd(string socketPath, string name)
    {
        try
        {
            using Socket socket = Connect(socketPath, name);
            _ = Exchange(socket, name, new ControlRequest { Verb = ControlVerb.Down });

            // Nothing more is said; the connection ends with the process.
            return ControlLine.Read(socket) is null;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.ConnectionReset;
        }
        catch (WanException)
        {
            return false;
        }
    }

    private static Socket Connect(string path, string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = AnswerMs,
            SendTimeout = AnswerMs,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw Unreachable(name, failure.Message);
        }
    }

    private static ControlResponse Exchange(Socket socket, string name, ControlRequest request)
    {
        byte[]? line;
        try
        {
            ControlLine.Write(socket, JsonSerializer.SerializeToUtf8Bytes(request, WanJson.Default.ControlRequest));
            line = ControlLine.Read(socket);
        }
        catch (SocketException failure)
        {
            throw Unreachable(name, failure.Message);
        }

        ControlResponse? response = line is null ? null : JsonSerializer.Deserialize(line, WanJson.Default.ControlResponse);
        if (response is null)
        {
            throw Unreachable(name, "it closed the connection");
        }

        return response.Problem is null ? response : throw new WanException(response.ExitCode, response.Problem);
    }

    private static WanException Unreachable(string name, string why) =>
        new(ExitCode.Unreachable, $"the WAN {name} does not answer ({why.TrimEnd('.')}): `wan down --name {name}` removes it");
}
