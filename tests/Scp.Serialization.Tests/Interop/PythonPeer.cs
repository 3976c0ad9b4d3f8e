using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Scp.Serialization.Tests.Interop;

/// <summary>One Python process that runs peer.py, asked and answered over pipes.</summary>
internal sealed class PythonPeer : IDisposable
{
    /// <summary>Debian's own, which has Debian's msgpack; whatever else is called python3 may not.</summary>
    private const string Interpreter = "/usr/bin/python3";

    private readonly Process _process;

    private PythonPeer(Process process)
    {
        _process = process;
    }

    /// <summary>Why there is no peer here, or null if there is one.</summary>
    public static string? WhyMissing()
    {
        if (!File.Exists(Interpreter))
        {
            return $"{Interpreter} is not installed.";
        }

        using Process probe = Start("-c", "import msgpack");
        probe.StandardInput.Close();
        string complaint = probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : $"{Interpreter} has no msgpack (apt-get install python3-msgpack): {complaint}";
    }

    public static PythonPeer Start() =>
        new(Start(Path.Combine(TestContext.CurrentContext.TestDirectory, "Interop", "peer.py")));

    public (string Text, byte[] Bytes) Ask(char command, ReadOnlySpan<byte> argument)
    {
        Stream requests = _process.StandardInput.BaseStream;
        Span<byte> header = stackalloc byte[sizeof(uint) + 1];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)argument.Length + 1);
        header[sizeof(uint)] = (byte)command;
        requests.Write(header);
        requests.Write(argument);
        requests.Flush();
        return (Encoding.ASCII.GetString(Frame()), Frame());
    }

    public (string Text, byte[] Bytes) Generate(char command, int seed)
    {
        byte[] argument = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(argument, seed);
        return Ask(command, argument);
    }

    public void Dispose()
    {
        // At the end of its input the peer returns by itself.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private byte[] Frame()
    {
        Stream replies = _process.StandardOutput.BaseStream;
        try
        {
            Span<byte> header = stackalloc byte[sizeof(uint)];
            replies.ReadExactly(header);
            byte[] frame = new byte[BinaryPrimitives.ReadUInt32LittleEndian(header)];
            replies.ReadExactly(frame);
            return frame;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidOperationException("The Python peer ended: " + _process.StandardError.ReadToEnd());
        }
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
