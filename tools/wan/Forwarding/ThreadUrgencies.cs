using Wan.Network;

namespace Wan.Forwarding;

/// <summary>Asks the kernel to run a thread urgently.</summary>
internal static unsafe class ThreadUrgencies
{
    private const int FifoPriority = 1;
    private const int MostUrgentNice = -20;
    private const int ThisThread = 0;
    private const int OfThread = 0;

    /// <summary>Makes the calling thread as urgent as is permitted and wanted, and its timers exact.</summary>
    public static ThreadUrgency Raise(ThreadUrgency wanted)
    {
        // The kernel may otherwise delay a wake-up by 50 µs to join it with another. A refusal leaves just that.
        _ = Libc.ProcessControl(Libc.SetTimerSlack, 1, 0, 0, 0);

        int priority = FifoPriority;
        if (wanted == ThreadUrgency.Realtime && Libc.SetScheduler(ThisThread, Libc.SchedulerFifo, &priority) == 0)
        {
            return ThreadUrgency.Realtime;
        }

        // For Linux "process 0" of setpriority is the calling thread.
        if (wanted != ThreadUrgency.Normal && Libc.SetPriority(OfThread, ThisThread, MostUrgentNice) == 0)
        {
            return ThreadUrgency.Nice;
        }

        return ThreadUrgency.Normal;
    }
}
