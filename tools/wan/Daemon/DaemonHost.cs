using System.Runtime.InteropServices;
using Wan.Commands;
using Wan.Control;
using Wan.Network;

namespace Wan.Daemon;

/// <summary>
/// A WAN from its first step to its last, in this process. Whatever it has is held by descriptors and one run directory, so
/// a kill leaves only the directory, which the next command removes.
/// </summary>
internal static class DaemonHost
{
    /// <summary>Returns once the WAN was ended by `wan down` or by a signal.</summary>
    public static void Run(DaemonOptions options, WanRegistry registry, Action onReady)
    {
        CheckMachine();
        RuntimeTraces.Remove();
        WanState state = registry.Claim(options.Name, options.Profile.Name);
        try
        {
            // Not disposed: the thread that sets it may still be inside that call when this one goes on.
            var ending = new ManualResetEventSlim();
            using PosixSignalRegistration onTerminate = On(PosixSignal.SIGTERM, ending);
            using PosixSignalRegistration onInterrupt = On(PosixSignal.SIGINT, ending);
            using PosixSignalRegistration onHangUp = On(PosixSignal.SIGHUP, ending);
            Rehearsal.Run();
            using WanInstance wan = Create(options);
            using var control = new ControlServer(registry.SocketPath(options.Name), wan.Handle, ending.Set);
            registry.Save(state with { Namespaces = wan.Namespaces });
            onReady();
            ending.Wait();
        }
        finally
        {
            registry.Release(options.Name);
        }
    }

    private static PosixSignalRegistration On(PosixSignal signal, ManualResetEventSlim ending) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            ending.Set();
        });

    private static WanInstance Create(DaemonOptions options)
    {
        try
        {
            return new WanInstance(options);
        }
        catch (IOException failure)
        {
            throw new WanException(
                ExitCode.CannotBeSatisfied,
                $"{failure.Message}: network namespaces and TUN devices need root (or CAP_NET_ADMIN and CAP_SYS_ADMIN) and a kernel that has both");
        }
    }

    private static void CheckMachine()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new WanException(ExitCode.CannotBeSatisfied, "a WAN is made of Linux network namespaces: run it on Linux");
        }

        if (Libc.EffectiveUser() != 0)
        {
            throw new WanException(ExitCode.CannotBeSatisfied, "only root can make network namespaces: run it with sudo");
        }

        if (!File.Exists(TunDevice.Path))
        {
            throw new WanException(
                ExitCode.CannotBeSatisfied,
                $"{TunDevice.Path} is missing: load it with `modprobe tun`, or start the container with --device {TunDevice.Path}");
        }
    }
}
