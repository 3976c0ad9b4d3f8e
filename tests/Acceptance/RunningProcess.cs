using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Acceptance;

/// <summary>A program that runs beside the test, its output kept; killed by its own process id when disposed.</summary>
internal sealed partial class RunningProcess : IDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public RunningProcess(string program, params string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _ = _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Bytes of memory it holds now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Runs a program to its end and returns what it wrote; anything but exit code 0 fails the test.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var running = new RunningProcess(program, arguments);
        int code = await running.ExitAsync();
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}:\n{running.Output}");
        return running.Output;
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.CurrentContext.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits until it has written this, or fails the test when it ends before.</summary>
    public async Task SaysAsync(string text)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.That(_process.HasExited, Is.False, Output);
            await Task.Delay(20, TestContext.CurrentContext.CancellationToken);
        }
    }

    /// <summary>It stands still, as if the machine slept.</summary>
    public void Pause() => Signal(SigStop);

    public void Continue() => Signal(SigCont);

    /// <summary>SIGKILL: it cannot say goodbye.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Signal(int signal) => Assert.That(SendSignal(_process.Id, signal), Is.Zero);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _ = _output.AppendLine(line.Data);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
