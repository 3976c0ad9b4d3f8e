using System.Runtime.ExceptionServices;

namespace Wan.Network;

/// <summary>Runs work on a thread made for it and waits; what it throws is thrown here.</summary>
internal static class OwnThread
{
    public static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
