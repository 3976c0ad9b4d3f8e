using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Wan.Commands;
using Wan.Control;

namespace Wan.Tests.Control;

public sealed class ControlServerTests
{
    private const string Name = "lab";

    private TemporaryDirectory _directory = null!;
    private ControlServer _server = null!;
    private readonly List<ControlRequest> _heard = [];

    private string SocketPath => $"{_directory.Path}/control";

    [SetUp]
    public void Prepare()
    {
        _heard.Clear();
        _directory = new TemporaryDirectory();
        _server = new ControlServer(SocketPath, Answer, () => { });
    }

    [TearDown]
    public void Clean()
    {
        _server.Dispose();
        _directory.Dispose();
    }

    [Test]
    public void A_request_arrives_as_it_was_made()
    {
        var request = new ControlRequest { Verb = ControlVerb.Set, From = 1, To = 2, OneWay = true, Settings = ["delay=4ms", "µ=\n\""], Reset = true };
        ControlResponse response = ControlClient.Ask(SocketPath, Name, request);
        Assert.That(response, Is.EqualTo(new ControlResponse()));
        Assert.That(_heard, Has.Count.EqualTo(1));
        Assert.That(_heard[0] with { Settings = request.Settings }, Is.EqualTo(request));
        Assert.That(_heard[0].Settings, Is.EqualTo(request.Settings));
    }

    [Test]
    public void A_problem_comes_back_with_its_exit_code() =>
        Assert.That(
            () => ControlClient.Ask(SocketPath, Name, new ControlRequest { Verb = ControlVerb.Cut }),
            Throws.TypeOf<WanException>().With.Message.EqualTo("No.").And.Property("ExitCode").EqualTo(2));

    [TestCase("\n")]
    [TestCase("hello\n")]
    [TestCase("{\"verb\":\"Fly\"}\n")]
    [TestCase("{}\n")]
    [TestCase("null\n")]
    public void What_is_no_request_is_answered_and_does_no_harm(string line)
    {
        using Socket socket = Connect();
        socket.Send(Encoding.UTF8.GetBytes(line));
        ControlResponse? response = JsonSerializer.Deserialize(ControlLine.Read(socket)!, WanJson.Default.ControlResponse);
        Assert.That(response?.Problem, Does.Contain("not understood"));
        Assert.That(ControlClient.Ask(SocketPath, Name, new ControlRequest { Verb = ControlVerb.Heal }).Problem, Is.Null);
    }

    [Test]
    public void Those_who_hang_up_or_never_end_keep_nobody_out()
    {
        Connect().Dispose();
        using Socket endless = Connect();
        byte[] noise = new byte[ControlLine.MaxBytes];
        Array.Fill(noise, (byte)'x');
        Assert.That(
            () =>
            {
                // The server reads up to the limit and hangs up.
                endless.Send(noise);
                return ControlLine.Read(endless);
            },
            Is.Null.Or.Property("SocketErrorCode").EqualTo(SocketError.ConnectionReset));
        Assert.That(ControlClient.Ask(SocketPath, Name, new ControlRequest { Verb = ControlVerb.Heal }).Problem, Is.Null);
    }

    [Test]
    public void Nobody_there_is_told_with_what_to_do()
    {
        _server.Dispose();
        Assert.That(
            () => ControlClient.Ask(SocketPath, Name, new ControlRequest { Verb = ControlVerb.Heal }),
            Throws.TypeOf<WanException>().With.Message.Contains("wan down --name lab").And.Property("ExitCode").EqualTo(3));
        Assert.That(ControlClient.TryEnd(SocketPath, Name), Is.False);
    }

    private ControlResponse Answer(ControlRequest request)
    {
        _heard.Add(request);
        return request.Verb == ControlVerb.Cut ? new ControlResponse { Problem = "No.", ExitCode = 2 } : new ControlResponse();
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return socket;
    }
}
